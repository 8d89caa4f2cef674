import type { PageProps } from '../../components/lazy-page.tsx';
import { PageFrame } from '../../components/page-frame.tsx';

export function OrderPage({ id }: PageProps) {
  return <PageFrame title="Order">{id}</PageFrame>;
}
