import { MICROS_PER_DAY, type Model } from '../../engine/scoring/model.ts';
import { resolveModel } from '../../engine/scoring/model-settings.ts';

/** A metric as the benchmarks beside peers rank by it; a value is from 0 to 1. */
export interface PeerMetric {
  /** As in the `tca` events that the engine is given. */
  readonly name: string;
  readonly higherIsBetter: boolean;
  /** Share of the composite; they add up to 1. */
  readonly weight: number;
  /** What all dealers pooled shrink to. */
  readonly prior: number;
}

export const PEER_METRICS: readonly PeerMetric[] = [
  { name: 'spreadCapture', higherIsBetter: true, weight: 0.2, prior: 0.5 },
  { name: 'quoteQuality', higherIsBetter: true, weight: 0.2, prior: 0.5 },
  { name: 'arrivalCost', higherIsBetter: false, weight: 0.15, prior: 0.4 },
  { name: 'sizeShown', higherIsBetter: true, weight: 0.15, prior: 0.6 },
  { name: 'lastLook', higherIsBetter: false, weight: 0.1, prior: 0.3 },
  { name: 'settlement', higherIsBetter: true, weight: 0.1, prior: 0.7 },
  { name: 'leakage', higherIsBetter: false, weight: 0.05, prior: 0.5 },
  { name: 'coverage', higherIsBetter: true, weight: 0.05, prior: 0.5 },
];

/** The weight of a metric, negative where less is better: what it brings is this times its estimate. */
export const signedWeight = ({ higherIsBetter, weight }: PeerMetric): number =>
  higherIsBetter ? weight : -weight;

/** k: how many observations the parent scope counts for. */
export const PRIOR_STRENGTH = 5;
/** Half-life of the memory that is ranked by, microseconds. */
export const HALF_LIFE = 30 * MICROS_PER_DAY;

/** What an engine's settings say of the metrics. */
export const MODEL_SETTINGS = {
  priorStrength: PRIOR_STRENGTH,
  tcaMetrics: PEER_METRICS.map(({ name, higherIsBetter, prior }) => ({
    name,
    higherIsBetter,
    prior,
  })),
};

export const PEER_MODEL: Model = resolveModel(MODEL_SETTINGS);

/** The rules that make the engine weigh the metrics as everybody else here does. */
export const PEER_RULES = `rules:
  - name: eight metrics from outside
    weights: { ${PEER_METRICS.map(({ name, weight }) => `tca.${name}: ${weight}`).join(', ')} }
`;
