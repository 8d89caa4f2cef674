import {
  type AnalysedFill,
  ORDER_FIGURES,
  type OrderAnalysis,
} from '../../schemas/order-analysis.ts';
import type { TcaMessage } from '../../schemas/tca-message.ts';
import { type MessagePlace, outputTable, rowOf } from './output-tables.ts';
import type { ColumnValue, LogTable, Row } from './row.ts';

/** What of a message goes into which column. */
const MESSAGE_COLUMNS: Readonly<Record<string, (message: TcaMessage) => ColumnValue>> = {
  source_partition: (m) => m.partition,
  source_sequence: (m) => m.sequence,
  source_index: (m) => m.index,
  model_hash: (m) => m.modelHash,
  fills_omitted: (m) => m.fillsOmitted ?? 0,
};

const ANALYSIS_COLUMNS: Readonly<Record<string, (analysis: OrderAnalysis) => ColumnValue>> = {
  order_id: (a) => a.orderId,
  instrument_id: (a) => a.instrumentId,
  revision: (a) => a.revision,
  side: (a) => a.side,
  quantity: (a) => a.quantity,
  filled_quantity: (a) => a.filledQuantity,
  ts_arrived_us: (a) => a.tsArrived,
  ts_closed_us: (a) => a.tsClosed,
  mid_arrived: (a) => a.midArrived,
  ...Object.fromEntries(
    ORDER_FIGURES.map((figure) => [columnOf(figure), (a: OrderAnalysis) => a.figures[figure]]),
  ),
  nulls: (a) => Object.fromEntries(Object.entries(a.nulls).map(([f, why]) => [columnOf(f), why])),
};

/** Arrays that go together: one element a fill. */
const FILL_COLUMNS: Readonly<Record<string, (fill: AnalysedFill) => ColumnValue>> = {
  fill_id: (f) => f.fillId,
  rfq_id: (f) => f.rfqId ?? '',
  dealer_id: (f) => f.dealerId,
  ts_event_us: (f) => f.tsEvent,
  price: (f) => f.price,
  quantity: (f) => f.quantity,
  mid_sent: (f) => f.midSent,
  mid_fill: (f) => f.midFill,
  effective_spread_bps: (f) => f.effectiveSpreadBps,
  realized_spread_1m_bps: (f) => f.realizedSpread1mBps,
  realized_spread_5m_bps: (f) => f.realizedSpread5mBps,
  realized_spread_30m_bps: (f) => f.realizedSpread30mBps,
};

/** Of a figure: `reversion30mBps` is `reversion_30m_bps`. */
function columnOf(figure: string): string {
  return figure.replace(/\d+m|[A-Z]/g, (part) => `_${part.toLowerCase()}`);
}

/** The table of the post-trade records. */
export const ANALYSIS_TABLE: LogTable = outputTable('order_analyses', [
  ...Object.keys(MESSAGE_COLUMNS),
  ...Object.keys(ANALYSIS_COLUMNS),
  ...Object.keys(FILL_COLUMNS).map((name) => `fills.${name}`),
]);

/** The row of a post-trade record. */
export function rowOfAnalysis(message: TcaMessage, place: MessagePlace): Row {
  const { analysis } = message;
  return rowOf(ANALYSIS_TABLE.name, place, [
    ...Object.values(MESSAGE_COLUMNS).map((read) => read(message)),
    ...Object.values(ANALYSIS_COLUMNS).map((read) => read(analysis)),
    ...Object.values(FILL_COLUMNS).map((read) => analysis.fills.map(read)),
  ]);
}
