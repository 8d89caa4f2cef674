import { render } from 'preact';
import { App } from './components/app.tsx';
import { Page, PageContext } from './state/page.ts';
import './styles/index.css';

const page = new Page(new URL('./', location.href).href);

render(
  <PageContext.Provider value={page}>
    <App />
  </PageContext.Provider>,
  document.getElementById('app')!,
);
