interface CheckListProps<Name extends string, Words> {
  readonly legend: string;
  readonly hint?: string;
  readonly options: Readonly<Record<Name, Words>>;
  readonly shows: (words: Words) => string;
  readonly chosen: readonly Name[];
  readonly onChoose: (chosen: readonly Name[]) => void;
}

/** Several of some choices; they stay in the order they are listed in. */
export function CheckList<Name extends string, Words>({
  legend,
  hint,
  options,
  shows,
  chosen,
  onChoose,
}: CheckListProps<Name, Words>) {
  const names = Object.keys(options) as Name[];
  const toggle = (name: Name) =>
    onChoose(names.filter((other) => (other === name) !== chosen.includes(other)));
  return (
    <fieldset class="check-list">
      <legend>{legend}</legend>
      {hint && <small>{hint}</small>}
      {names.map((name) => (
        <label key={name}>
          <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
          {shows(options[name])}
        </label>
      ))}
    </fieldset>
  );
}
