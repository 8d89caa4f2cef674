import type { SelectionAnswer, SelectRequest } from '../../schemas/selection.ts';
import type { EngineServices } from './services.ts';

/** Selects, and says how far behind the log the engine is. Throws as `EngineServices.select` does. */
export function answerOrder(services: EngineServices, order: SelectRequest): SelectionAnswer {
  return { ...services.select(order), lagMs: services.lagMs };
}
