import type { ChainReport } from '../../schemas/chain-report.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { checkChain } from './check-chain.ts';

/** Which log is to be verified. */
export interface ChainTask {
  readonly natsUrl: string;
  readonly log: string;
}

/** What came of it; of an error its words, since a thread hands on no classes. */
export type ChainOutcome =
  | { readonly report: ChainReport }
  | { readonly refusal: { readonly code: string; readonly message: string } };

/** Verifies the record of decisions in a thread of its own. */
export default async function checkInThread({ natsUrl, log }: ChainTask): Promise<ChainOutcome> {
  try {
    return { report: await checkChain(natsUrl, log) };
  } catch (error) {
    if (!(error instanceof FirstcallError)) throw error;
    return { refusal: { code: error.code, message: error.message } };
  }
}
