import { afterEach, expect, it, vi } from 'vitest';
import { TrailReader } from './trail-reader.ts';

afterEach(() => vi.unstubAllGlobals());

it('asks for records again only once the history has copied others', async () => {
  let sequence = 4;
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    const { query } = JSON.parse(body) as { query: string };
    asked.push(query);
    const positions = [
      { stream: 'FC_EVENTS_0', sequence: 99 },
      { stream: 'FC_DECISIONS', sequence },
    ];
    return Response.json({ rows: query === 'positions' ? positions : [{ sequence }] });
  });
  const reader = new TrailReader({ limit: 1 });
  const read = () => reader.read(new AbortController().signal);
  expect(await read()).toEqual([{ sequence: 4 }]);
  expect(await read()).toEqual([{ sequence: 4 }]);
  sequence = 6;
  expect(await read()).toEqual([{ sequence: 6 }]);
  expect(asked.filter((query) => query === 'decisionRecords')).toHaveLength(2);
});
