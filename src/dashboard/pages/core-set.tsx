export function CoreSetPage() {
  return <p>CoreSet</p>;
}
