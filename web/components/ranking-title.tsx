import { scopeLabel } from '../format/scope-label.ts';
import { usePage } from '../state/page.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import { PinButton } from './pin-button.tsx';
import { RankBy } from './rank-by.tsx';

export function RankingTitle() {
  const page = usePage();
  const { scope } = page.address.value;
  const { group, parts } = scopeLabel(scope);
  return (
    <div class="title">
      <button
        type="button"
        class="drawer-button"
        aria-expanded={page.isDrawerOpen.value}
        onClick={() => {
          page.isDrawerOpen.value = !page.isDrawerOpen.value;
        }}
      >
        ☰ <span>Segments</span>
      </button>
      <h1 class="title-scope" title={scope}>
        <span>{group}</span>
        {parts.map((part) => (
          <span key={part}>
            <span class="title-dot">·</span> {part}
          </span>
        ))}
      </h1>
      <PinButton />
      <DealerCount />
      <RankBy />
      <ColumnsMenu />
    </div>
  );
}

function DealerCount() {
  const places = usePage().board.places.value;
  if (places.length === 0) return null;
  const ranked = places.filter(({ rank }) => rank !== null).length;
  const rest = places.length - ranked;
  return (
    <span class="title-count">
      {ranked} ranked{rest > 0 && `, ${rest} with too little evidence`}
    </span>
  );
}
