import fc from 'fast-check';
import { bindQuery } from '../../engine/history/named-queries.ts';
import { readOracleQuestion } from '../../engine/history/oracle-questions.ts';
import { readQuestion } from '../../engine/history/query-service.ts';
import { logNames } from '../../schemas/subjects.ts';
import type { FuzzEntry, Outcome } from '../entry.ts';
import { MESSAGE_BOMBS, messages } from '../inputs/messages.ts';

const names = logNames();
const times = { fromUs: 0, throughUs: 1_700_000_000_000_000 };

const questions = fc.constantFrom<unknown>(
  { query: 'counts' },
  { query: 'scoreHistory', parameters: { topic: 'ALL', dealerId: 'GS', ...times } },
  { query: 'selectionsOfOrder', parameters: { orderId: 'O-1' } },
  { query: 'decision', parameters: { decisionId: '0123456789abcdef' } },
  { query: 'auditChain', parameters: { fromSequence: 1, limit: 100 } },
  { query: 'orderAnalyses', parameters: { instrumentId: 'I-1', ...times, limit: 10 } },
  { query: 'dealerTrend', parameters: { dealerId: 'GS', days: 90, minObservations: 3 } },
  { query: 'scoreChange', parameters: { topic: 'CORP', dealerId: 'GS', days: 7 } },
  {
    query: 'oracleDerive',
    parameters: {
      run: 'r1',
      step: 1,
      position: { partitions: [1, 2], all: 3 },
      latenessUs: 1,
      staleUs: 1,
      orderTimeoutUs: 1,
      tcaNames: ['slippage'],
      splitBySide: true,
      sizeBounds: [1e6],
    },
  },
  {
    query: 'oracleSum',
    parameters: { run: 'r1', metric: 'fillRate', asOfUs: 5, halfLivesUs: [1, 2, 3] },
  },
);

/** Questions about history, up to the statement and the values that the database would get. */
export const historyQuery: FuzzEntry = {
  name: 'history-query',
  about: 'questions about the history (NATS payload)',
  inputs: messages(questions),
  bombs: MESSAGE_BOMBS,
  open: () => ({ feed: ask, close: () => {} }),
};

function ask(input: Uint8Array): Outcome {
  const { query, parameters } = readQuestion(input);
  const bound =
    readOracleQuestion(query, parameters ?? {}) ?? bindQuery(query, parameters ?? {}, names);
  for (const value of Object.values(bound.parameters)) {
    const isNumber = typeof value === 'number';
    if (isNumber && !Number.isFinite(value)) throw new Error('a number that is not finite');
  }
  return { taken: null };
}
