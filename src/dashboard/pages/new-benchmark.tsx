export function NewBenchmarkPage() {
  return <p>NewBenchmark</p>;
}
