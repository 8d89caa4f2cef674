import { describe, expect, it } from 'vitest';
import { eventsApplied, RateMeter } from './throughput.ts';

describe('throughput', () => {
  it('reads the counter out of the Prometheus text', () => {
    const text =
      '# TYPE firstcall_events_applied_total counter\nfirstcall_events_applied_total 12345\n';
    expect(eventsApplied(text)).toBe(12345);
    expect(eventsApplied('firstcall_watermark_seconds 1\n')).toBeNull();
  });

  it('is a difference over time, and none when the engine has begun anew', () => {
    const meter = new RateMeter();
    expect(meter.read(1000, 0)).toBeNull();
    expect(meter.read(2000, 5000)).toBe(200);
    expect(meter.read(10, 10_000)).toBeNull();
    expect(meter.read(20, 11_000)).toBe(10);
  });
});
