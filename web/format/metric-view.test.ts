import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, METRICS } from '../../engine/scoring/metrics.ts';
import { metricView } from './metric-view.ts';

describe('the view of a metric', () => {
  it('calls better what the engine calls better', () => {
    for (const name of METRIC_NAMES) {
      expect([name, metricView(name).higherIsBetter]).toEqual([name, METRICS[name].higherIsBetter]);
    }
  });

  it('shows rates in percent and basis points with their sign', () => {
    const fill = metricView('fillRate');
    expect([fill.value(0.327), fill.error(0.0101), fill.unit]).toEqual(['32.7', '±1.0', '%']);
    const improvement = metricView('priceImprovementBps');
    expect([improvement.value(0.631), improvement.error(null)]).toEqual(['+0.63', '']);
  });

  it('exists for a metric that the page has never heard of', () => {
    const slip = metricView('slippageBps');
    expect([slip.title, slip.unit, slip.value(1)]).toEqual(['Slippage', 'bps', '+1.00']);
    const recall = metricView('recallRate');
    expect([recall.title, recall.unit, recall.value(0.5)]).toEqual(['Recall rate', '%', '50.0']);
    const outside = metricView('tca.venueCost');
    expect([outside.title, outside.unit]).toEqual(['TCA venue cost', '']);
    expect(outside.higherIsBetter).toBeNull();
  });
});
