export function Brand() {
  return (
    <a class="brand" href="#ALL" aria-label="Firstcall, all instruments">
      <svg class="brand-mark" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M2 1h11v3H5.500v2.500H11v3H5.500V15H2z" />
        <circle cx="12.500" cy="12.500" r="2" />
      </svg>
      <span class="brand-name">Firstcall</span>
    </a>
  );
}
