import { saveBlob, saveText } from '../parts/save.ts';

const inherited = ['fill', 'stroke', 'color'] as const;
const scale = 2;
/** Wider canvases stay empty in some browsers. */
const mostPixels = 16_000;

/** A chart as a file of its own: colours resolved, on the page's background. */
export function pictureOf(chart: SVGSVGElement): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = [chart, ...chart.querySelectorAll<SVGElement>('*')];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  originals.forEach((original, at) => {
    const style = getComputedStyle(original);
    for (const name of inherited) {
      const own = original.getAttribute(name);
      if (own !== null && /var\(|currentColor/i.test(own)) copies[at].setAttribute(name, style[name]);
    }
  });
  const style = getComputedStyle(chart);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('font-family', 'system-ui, sans-serif');
  copy.setAttribute('font-size', style.fontSize);
  copy.setAttribute('color', style.color);
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', getComputedStyle(chart.closest('.card') ?? document.body).backgroundColor);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

export function saveSvg(name: string, chart: SVGSVGElement): void {
  saveText(`${name}.svg`, 'image/svg+xml', pictureOf(chart));
}

/** Twice as many pixels as on the page, for slides. */
export async function savePng(name: string, chart: SVGSVGElement): Promise<void> {
  const { width, height } = chart.getBoundingClientRect();
  const enlarged = Math.min(scale, mostPixels / Math.max(width, height));
  const picture = new Image(width * enlarged, height * enlarged);
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(pictureOf(chart))}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * enlarged;
  canvas.height = height * enlarged;
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && saveBlob(`${name}.png`, blob), 'image/png');
}
