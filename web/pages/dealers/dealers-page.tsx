import type { PageProps } from '../../components/lazy-page.tsx';
import { DealerList } from './dealer-list.tsx';
import { Scorecard } from './scorecard.tsx';

/** All dealers, or the scorecard of one. */
export function DealersPage({ id, params }: PageProps) {
  return id === null ? <DealerList /> : <Scorecard key={id} dealerId={id} params={params} />;
}
