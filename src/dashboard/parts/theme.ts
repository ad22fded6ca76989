/** Which of the two looks: the device's choice, unless somebody chose here. */
export type Theme = 'light' | 'dark';

const place = 'benchcast-theme';

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function applyTheme(): void {
  const chosen = stored();
  if (chosen !== null) document.documentElement.dataset.theme = chosen;
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(place, theme);
  } catch {
    // A browser that keeps nothing: the choice holds until the page goes.
  }
}

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(place);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null;
  }
}
