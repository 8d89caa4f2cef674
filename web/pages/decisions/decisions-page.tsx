import type { PageProps } from '../../components/lazy-page.tsx';
import { DecisionList } from './decision-list.tsx';
import { DecisionView } from './decision-view.tsx';

/** The audit trail, or one decision of it. */
export function DecisionsPage({ id, params }: PageProps) {
  return id === null ? <DecisionList params={params} /> : <DecisionView key={id} id={id} />;
}
