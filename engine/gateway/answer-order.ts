import type { SelectionAnswer, SelectionPreview, SelectRequest } from '../../schemas/selection.ts';
import type { EngineServices } from './services.ts';

/** Selects, and says how far behind the log the engine is. Throws as `EngineServices.select` does. */
export function answerOrder(services: EngineServices, order: SelectRequest): SelectionAnswer {
  return { ...services.select(order), lagMs: services.lagMs };
}

/** The same, recorded nowhere: no decision has the id that it would have, so it is left out. */
export function previewOrder(services: EngineServices, order: SelectRequest): SelectionPreview {
  const { decisionId: _, ...selection } = services.preview(order);
  return { ...selection, lagMs: services.lagMs, preview: true };
}
