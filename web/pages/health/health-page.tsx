import type { PageProps } from '../../components/lazy-page.tsx';
import { PageFrame } from '../../components/page-frame.tsx';

export function HealthPage({ id }: PageProps) {
  return <PageFrame title="Health">{id}</PageFrame>;
}
