import { randomUUID } from 'node:crypto';
import { composeRecord } from '../../engine/compose-record.ts';
import type {
  ReferenceServices,
  RulesChange,
  RulesCheck,
  RulesReceipt,
} from '../../engine/gateway/services.ts';
import { HandDrivenEngine, scoredDealer } from '../../engine/gateway/testing/hand-driven-engine.ts';
import { contentHash } from '../../engine/platform/hash.ts';
import { DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import { decisionOf } from '../../engine/selection/override.ts';
import type { DealerId } from '../../schemas/ids.ts';
import type { RecordEdit } from '../../schemas/record-edit.ts';
import type { DealerEvent, InstrumentEvent } from '../../schemas/reference.ts';
import { bareSelection } from '../../schemas/testing/bare-selection.ts';
import { RulesCompiler } from '../../workers/rules-compiler.ts';

const DEALER: DealerEvent = {
  kind: 'dealer',
  id: 'dealer-1',
  tsEvent: 0,
  dealerId: 'GS' as DealerId,
  enabled: true,
};

/** The engine's own, whose thread must not fail. */
export function strictCompiler(): RulesCompiler {
  return new RulesCompiler({
    model: DEFAULT_MODEL,
    onTrouble: (error) => {
      throw error;
    },
  });
}

/** What stands behind the gateway: what a request says is read by the engine's own code. */
export class FuzzEngine extends HandDrivenEngine {
  override readonly reference: ReferenceServices = {
    dealers: () => [{ sequence: 1, index: 0, record: DEALER }],
    dealer: (dealerId) =>
      dealerId === DEALER.dealerId ? { sequence: 1, index: 0, record: DEALER } : undefined,
    instruments: async () => [],
    instrument: async () => undefined,
    editDealer: async (edit) => ({
      outcome: 'changed',
      sequence: 2,
      record: composeRecord({ kind: 'dealer', compose: dealerOf(edit) }, edit, DEALER, stamp()),
    }),
    editInstrument: async (edit) => ({
      outcome: 'created',
      sequence: 1,
      record: composeRecord<InstrumentEvent>(
        { kind: 'instrument', compose: instrumentOf(edit) },
        edit,
        undefined,
        stamp(),
      ),
    }),
  };

  readonly #compiler = strictCompiler();

  constructor() {
    super();
    for (const topic of ['ALL', 'CORP']) this.change(topic, [rankedDealer]);
    const selection = bareSelection({ dealers: [calledDealer] });
    this.decisions.set('D1', { ...decisionOf(selection), overrides: [] });
  }

  /** A topic that nothing is known of would be waited for. */
  override refuseTopic(topic: string): string | null {
    return topic === 'ALL' || topic === 'CORP' ? null : 'no such topic';
  }

  override async checkRules(text: string): Promise<RulesCheck> {
    const { canonical, size } = await this.#compiler.read(text);
    return { hash: contentHash(canonical), rules: size, warnings: [] };
  }

  override async loadRules({ text }: RulesChange): Promise<RulesReceipt> {
    const { canonical } = await this.#compiler.compile(text);
    return { hash: contentHash(canonical), revision: 1, warnings: [] };
  }

  async close(): Promise<void> {
    await this.#compiler.close();
  }
}

/** The metrics that /matrix shows. */
const METRICS = ['fillRate', 'priceImprovementBps', 'responseSeconds', 'reversion30mBps'];
const scored = scoredDealer('GS', 0.9, METRICS.length);
const rankedDealer = {
  ...scored,
  metrics: scored.metrics.map((of, i) => ({ ...of, metric: METRICS[i]! })),
};

const calledDealer = {
  ...scoredDealer('GS', 0.9),
  callOrder: 1,
  axe: null,
  chance: 1,
  reason: 'best fill rate',
};

const stamp = () => ({ id: `edit-${randomUUID()}`, tsEvent: 0 });

const dealerOf = (edit: RecordEdit) => (fields: Record<string, unknown>) => ({
  ...fields,
  kind: 'dealer',
  dealerId: edit.id,
  changedBy: edit.by,
  changeReason: edit.reason,
});

const instrumentOf = (edit: RecordEdit) => (fields: Record<string, unknown>) => ({
  ...fields,
  kind: 'instrument',
  instrumentId: edit.id,
});
