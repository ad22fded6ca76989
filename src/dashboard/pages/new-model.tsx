export function NewModelPage() {
  return <p>NewModel</p>;
}
