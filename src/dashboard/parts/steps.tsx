const names = ['Choose size', 'Get the core set', 'Report results', 'See the answer'] as const;

interface StepsProps {
  /** 1 to 4. */
  readonly current: number;
  /** Addresses of the steps, in order; those that are done lead back. */
  readonly links?: readonly (string | null)[];
}

/** Where somebody is on the way of a new model. */
export function Steps({ current, links = [] }: StepsProps) {
  return (
    <nav aria-label="Steps to evaluate a new model">
      <ol class="steps">
        {names.map((name, at) => {
          const address = links[at];
          const isHere = at + 1 === current;
          return (
            <li key={name} aria-current={isHere ? 'step' : undefined}>
              {address && !isHere ? <a href={address}>{name}</a> : name}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
