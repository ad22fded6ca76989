interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: Value | null;
  readonly onChoice: (value: Value) => void;
  readonly showsLabel?: boolean;
}

/** One of a few, side by side. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const { label, options, chosen, onChoice, showsLabel } = props;
  return (
    <div class="segments">
      {showsLabel && (
        <span class="segments-label" aria-hidden="true">
          {label}
        </span>
      )}
      <ul aria-label={label}>
        {options.map(({ value, label: name }) => (
          <li key={value}>
            <button
              type="button"
              class="quiet small"
              aria-pressed={value === chosen}
              onClick={() => onChoice(value)}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The levels that an interval is mostly asked for. */
export const levelOptions = [
  { value: '0.9', label: '90 %' },
  { value: '0.95', label: '95 %' },
  { value: '0.99', label: '99 %' },
] as const;
