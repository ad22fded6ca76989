export function ComparisonPage() {
  return <p>Comparison</p>;
}
