import type { SelectRequest } from '../../schemas/selection.ts';

/** An order as an OMS has it: a SelectRequest whose ids are plain strings. */
export type Order = Omit<SelectRequest, 'orderId' | 'instrumentId'> & {
  readonly orderId: string;
  readonly instrumentId: string;
};
