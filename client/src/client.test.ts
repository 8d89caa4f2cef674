import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway } from '../../engine/gateway/gateway.ts';
import type { Gateway } from '../../engine/gateway/services.ts';
import { HandDrivenEngine, scoredDealer } from '../../engine/gateway/testing/hand-driven-engine.ts';
import {
  closeClients,
  connect,
  freePort,
  nextProblem,
  ORDER,
  TOPIC,
  until,
} from './testing/clients.ts';

describe.each(['uws', 'ws'] as const)('the client and the gateway on %s', (library) => {
  let engine: HandDrivenEngine;
  let gateway: Gateway;
  let url: string;

  async function openGateway(port: number): Promise<void> {
    gateway = await createGateway(engine, { host: '127.0.0.1', port, library, webDir: null });
    engine.gateway = gateway;
    url = `ws://127.0.0.1:${gateway.port}`;
  }

  beforeEach(async () => {
    engine = new HandDrivenEngine();
    // Opened with a number, so that it may be opened again before its connections have faded out.
    await openGateway(await freePort());
  });

  afterEach(async () => {
    closeClients();
    await gateway.close();
  });

  it('keeps a ranking as the engine has it, in rank order', async () => {
    engine.change(TOPIC, [scoredDealer('GS', 0.5)]);
    const client = connect(url);
    const ranking = client.rankings(TOPIC);
    expect(ranking.state).toBe('connecting');
    expect(ranking.ageMs).toBe(Number.POSITIVE_INFINITY);
    await until(ranking, () => ranking.state === 'live');
    const before = ranking.rows;
    engine.change(TOPIC, [
      { ...scoredDealer('MS', 0.9), rank: 1 },
      { ...scoredDealer('GS', 0.5), rank: 2 },
      { ...scoredDealer('ZZ', 0.7), rank: null, insufficient: true },
      { ...scoredDealer('AA', 0.7), rank: null, insufficient: true },
    ]);
    await until(ranking, () => ranking.seq === 2);
    expect(ranking.rows.map((row) => row.dealerId)).toEqual(['MS', 'GS', 'AA', 'ZZ']);
    expect(ranking.row('GS')).toMatchObject({ rank: 2 });
    expect(before.map((row) => row.dealerId)).toEqual(['GS']);
    engine.change(TOPIC, [], ['MS', 'ZZ']);
    await until(ranking, () => ranking.seq === 3);
    expect(ranking.rows.map((row) => row.dealerId)).toEqual(['GS', 'AA']);
    expect(ranking).toMatchObject({ asOf: engine.asOf, modelHash: 'model', refusal: null });
    expect(ranking.ageMs).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(client.status).toEqual(engine.status());
  });

  it('lets a slow reader of changes skip to the newest', async () => {
    const ranking = connect(url).rankings(TOPIC);
    await until(ranking, () => engine.watched.includes(TOPIC) || ranking.state === 'connecting');
    engine.change(TOPIC, [scoredDealer('GS', 0)]);
    const seen: number[] = [];
    for await (const { seq } of ranking) {
      if (seq === null) continue;
      seen.push(seq);
      if (seq >= 20) break;
      if (seen.length === 1) {
        for (let i = 1; i < 20; i++) engine.change(TOPIC, [scoredDealer('GS', i)]);
        await until(ranking, () => ranking.seq === 20);
      }
    }
    expect(seen).toEqual([1, 20]);
  });

  it('shares a topic until the last reader closes it', async () => {
    const client = connect(url);
    const [one, two] = [client.rankings(TOPIC), client.rankings(TOPIC)];
    engine.change(TOPIC, [scoredDealer('GS', 1)]);
    await until(one, () => one.state === 'live');
    one.close();
    expect(two.state).toBe('live');
    two.close();
    expect(two.state).toBe('stale');
    const again = client.rankings(TOPIC);
    await until(again, () => again.state === 'live');
    expect(again.rows).toEqual(engine.rows(TOPIC));
  });

  it('says that it is stale while the engine is away, and catches up by itself', async () => {
    engine.change(TOPIC, [scoredDealer('GS', 1)]);
    const client = connect(url);
    const ranking = client.rankings(TOPIC);
    await until(ranking, () => ranking.state === 'live');
    const states: string[] = [];
    client.onState((state) => states.push(state));
    const { port } = gateway;
    await gateway.close();
    await until(ranking, () => ranking.state === 'stale');
    expect(ranking.rows).toEqual(engine.rows(TOPIC));
    expect(client.state).toBe('stale');
    await expect(client.select(ORDER)).rejects.toMatchObject({ code: 'notConnected' });
    engine.watched = [];
    engine.change(TOPIC, [scoredDealer('MS', 2)]);
    await openGateway(port);
    await until(ranking, () => ranking.state === 'live');
    expect(ranking.rows).toEqual(engine.rows(TOPIC));
    expect(states).toEqual(['stale', 'live']);
  });

  it('says that it is stale while the engine is not ready', async () => {
    engine.change(TOPIC, [scoredDealer('GS', 1)]);
    const client = connect(url);
    const ranking = client.rankings(TOPIC);
    await until(ranking, () => ranking.state === 'live');
    engine.ready = false;
    gateway.statusChanged();
    await until(ranking, () => ranking.state === 'stale');
    expect(client.state).toBe('stale');
    expect(client.status?.degradedPartitions).toEqual([1]);
    engine.ready = true;
    gateway.statusChanged();
    await until(ranking, () => ranking.state === 'live');
  });

  it('subscribes to more topics than one frame holds', async () => {
    const client = connect(url);
    await client.whenLive();
    const topics = Array.from(
      { length: 600 },
      (_, i) => `instrument:${String(i).padStart(60, 'x')}`,
    );
    const all = topics.map((topic) => client.rankings(topic));
    for (const topic of topics) engine.change(topic, [scoredDealer('GS', 1)]);
    await Promise.all(all.map((ranking) => until(ranking, () => ranking.state === 'live')));
    const { port } = gateway;
    await gateway.close();
    await until(all[0]!, () => all[0]!.state === 'stale');
    engine.watched = [];
    await openGateway(port);
    await Promise.all(all.map((ranking) => until(ranking, () => ranking.state === 'live')));
    expect(engine.watched).toHaveLength(600);
  });

  it('passes on why a topic is refused', async () => {
    const client = connect(url);
    const problem = nextProblem(client);
    const ranking = client.rankings('NOPE');
    await until(ranking, () => ranking.refusal !== null);
    expect(ranking).toMatchObject({ state: 'connecting', refusal: 'NOPE: no such segment' });
    expect(await problem).toMatchObject({ code: 'unknownTopic' });
  });

  it('selects over the wire', async () => {
    const client = connect(url);
    await client.whenLive();
    const orders = Array.from({ length: 50 }, (_, i) => ({
      ...ORDER,
      orderId: `O${i}`,
    }));
    const selections = await Promise.all(orders.map((order) => client.select(order)));
    expect(selections.map((selection) => selection.orderId)).toEqual(
      orders.map((order) => order.orderId),
    );
    const bad = client.select({ ...ORDER, quantity: -1 });
    await expect(bad).rejects.toMatchObject({ name: 'FirstcallError', code: 'badOrder' });
  });

  it('tries the next URL when one is dead', async () => {
    const client = connect([`ws://127.0.0.1:${await freePort()}`, url.replace('ws:', 'http:')]);
    const problem = await nextProblem(client);
    expect(problem.code).toBe('disconnected');
    await client.whenLive();
  });

  it('ends what is under way when it is closed', async () => {
    const client = connect(url);
    await client.whenLive();
    const ranking = client.rankings(TOPIC);
    const pending = client.select(ORDER);
    client.close();
    await expect(pending).rejects.toMatchObject({ code: 'closed' });
    await expect(client.whenLive()).rejects.toMatchObject({ code: 'closed' });
    for await (const _ of ranking) throw new Error('a closed topic has no changes');
    expect(client.state).toBe('closed');
  });
});
