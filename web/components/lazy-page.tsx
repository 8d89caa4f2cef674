import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from './notice.tsx';

export interface PageProps {
  /** What the page is of; null: all of them. */
  readonly id: string | null;
  readonly params: Readonly<Record<string, string>>;
}

type PageComponent = ComponentType<PageProps>;

interface LazyPageProps extends PageProps {
  readonly load: () => Promise<PageComponent>;
}

/** A page whose code is fetched when it is first opened. */
export function LazyPage({ load, ...props }: LazyPageProps) {
  const [loaded, setLoaded] = useState<{ Page: PageComponent } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let isGone = false;
    setFailure(null);
    load().then(
      (Page) => isGone || setLoaded({ Page }),
      (error: unknown) => isGone || setFailure(String(error)),
    );
    return () => {
      isGone = true;
    };
  }, [load]);
  if (failure !== null) {
    return (
      <Notice title="This page could not be fetched">
        <p>{failure}. Reload once the engine answers again.</p>
      </Notice>
    );
  }
  return loaded === null ? null : <loaded.Page {...props} />;
}
