import { describe, expect, it } from 'vitest';
import { type HealthFacts, healthOf, QUIET_AFTER_MS } from './health.ts';

const WELL: HealthFacts = {
  isConnected: true,
  wasConnected: true,
  lossReason: null,
  isReady: true,
  degradedPartitions: [],
  reasons: [],
  lagMs: 0,
  standstillMs: 200,
};

describe('health', () => {
  it('is live only when connected, ready and moving', () => {
    expect(healthOf(WELL)).toEqual({ kind: 'live' });
  });

  it('tells the first connection from a lost one', () => {
    const apart = { ...WELL, isConnected: false, lossReason: 'gone' };
    expect(healthOf(apart)).toEqual({ kind: 'disconnected', reason: 'gone' });
    expect(healthOf({ ...apart, wasConnected: false })).toEqual({
      kind: 'connecting',
      reason: 'gone',
    });
  });

  it('names the partitions that are behind', () => {
    expect(healthOf({ ...WELL, isReady: false, degradedPartitions: [3, 5] })).toEqual({
      kind: 'degraded',
      partitions: [3, 5],
      reasons: [],
    });
  });

  it('passes on why the engine is not ready', () => {
    const reasons = ['the log has not answered for 7.0 s'];
    const health = healthOf({ ...WELL, isReady: false, reasons });
    expect(health).toEqual({ kind: 'degraded', partitions: [], reasons });
  });

  it('tells an engine that is behind the log from one that is being rebuilt', () => {
    const reasons = ['what is served is 6.1 s behind FC_EVENTS_3'];
    const late = { ...WELL, isReady: false, reasons, lagMs: 6_100 };
    expect(healthOf(late)).toEqual({ kind: 'behind', lagMs: 6_100 });
    expect(healthOf({ ...late, degradedPartitions: [3] }).kind).toBe('degraded');
    expect(healthOf({ ...late, reasons: [...reasons, 'partition 3: is read'] }).kind).toBe(
      'degraded',
    );
  });

  it('notices that event time stands still', () => {
    expect(healthOf({ ...WELL, standstillMs: QUIET_AFTER_MS + 1 }).kind).toBe('quiet');
    expect(healthOf({ ...WELL, standstillMs: null }).kind).toBe('live');
  });
});
