import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { chooseTheme, currentTheme } from './theme.ts';

/** What stands around every view. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const { path } = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // After a step to another view, keyboards and screen readers go on at its beginning.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="bar">
        <div class="container">
          <a href="/" class="brand" aria-label="Benchcast, all benchmarks">
            <span class="brand-mark" aria-hidden="true" />
            Benchcast
          </a>
          <nav aria-label="Main">
            <a href="/" aria-current={path === '/' ? 'page' : undefined}>
              Benchmarks
            </a>
            <a href="/comparison" aria-current={path === '/comparison' ? 'page' : undefined}>
              Compare
            </a>
            <a href="/docs">API</a>
            <ThemeButton />
          </nav>
        </div>
      </header>
      <main id="main" class="container" tabIndex={-1} ref={main}>
        {children}
      </main>
      <footer class="container">
        <p>
          Estimates come with their interval, or with the reason why there is none. They are as good as the
          history they rest on.
        </p>
      </footer>
    </>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState(currentTheme);
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      class="quiet"
      onClick={() => {
        chooseTheme(other);
        setTheme(other);
      }}
    >
      {other === 'dark' ? 'Dark' : 'Light'}
      <span class="visually-hidden"> colours</span>
    </button>
  );
}
