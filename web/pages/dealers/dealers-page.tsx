import type { PageProps } from '../../components/lazy-page.tsx';
import { PageFrame } from '../../components/page-frame.tsx';

export function DealersPage({ id }: PageProps) {
  return <PageFrame title="Dealers">{id}</PageFrame>;
}
