import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { DataTable, type Table } from '../parts/data-table.tsx';
import { savePng, saveSvg } from './save-picture.ts';

interface ChartProps {
  readonly title: string;
  /** What a reader who cannot see it should know of it: what is drawn, and what it shows. */
  readonly summary: string;
  /** Of the files that it is saved as, without their ending. */
  readonly name: string;
  readonly draw: (width: number) => Element;
  /** When any of these changes it is drawn anew. */
  readonly dependsOn: readonly unknown[];
  /** The same figures as a table. */
  // biome-ignore lint/suspicious/noExplicitAny: each chart has rows of its own kind
  readonly table?: Table<any>;
  readonly caption?: string;
}

/** A picture with its title, its figures as a table, and the means to take either away. */
export function Chart({ title, summary, name, draw, dependsOn, table, caption }: ChartProps) {
  const [holder, width] = useWidth<HTMLDivElement>();
  const [showsTable, setShowsTable] = useState(false);
  useLayoutEffect(() => {
    if (width === 0) return;
    const drawn = draw(width);
    // The library writes its rules into each picture; the strict content policy wants them in our style sheet.
    for (const style of drawn.querySelectorAll('style')) style.remove();
    // A picture has one label, not one for each kind of mark.
    for (const part of drawn.querySelectorAll('svg [aria-label]')) part.removeAttribute('aria-label');
    const chart = svgIn(drawn);
    chart?.setAttribute('role', 'img');
    chart?.setAttribute('aria-label', summary);
    holder.current!.replaceChildren(drawn);
  }, [width, summary, ...dependsOn]);

  const save = (as: (name: string, chart: SVGSVGElement) => unknown) => () => {
    const chart = svgIn(holder.current!);
    if (chart !== null) as(name, chart);
  };
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        {caption && <p>{caption}</p>}
      </figcaption>
      <div class="drawing" ref={holder} />
      <div class="chart-tools">
        {table && (
          <details onToggle={(event) => setShowsTable(event.currentTarget.open)}>
            <summary>
              As a table<span class="visually-hidden">: {title}</span>
            </summary>
            {/* Hundreds of rows that nobody looks at would slow the picture down. */}
            {showsTable && <DataTable caption={title} hidesCaption name={name} {...table} />}
          </details>
        )}
        <span class="saves">
          <button type="button" class="quiet small" onClick={save(saveSvg)}>
            SVG<span class="visually-hidden">: save “{title}”</span>
          </button>
          <button type="button" class="quiet small" onClick={save(savePng)}>
            PNG<span class="visually-hidden">: save “{title}”</span>
          </button>
        </span>
      </div>
    </figure>
  );
}

function svgIn(element: Element): SVGSVGElement | null {
  // A legend may stand before the picture.
  return element instanceof SVGSVGElement
    ? element
    : element.querySelector(':scope svg[class*="plot"]:last-of-type');
}

/** The width an element has, and has after the window changes. */
export function useWidth<Kind extends HTMLElement>() {
  const element = useRef<Kind>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => setWidth(Math.floor(element.current!.clientWidth)), []);
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => setWidth(Math.floor(contentRect.width)));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return [element, width] as const;
}
