export function EvaluationPage() {
  return <p>Evaluation</p>;
}
