import type { PageProps } from '../../components/lazy-page.tsx';
import { PageFrame } from '../../components/page-frame.tsx';

export function DecisionsPage({ id }: PageProps) {
  return <PageFrame title="Decisions">{id}</PageFrame>;
}
