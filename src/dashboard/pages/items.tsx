export function ItemsPage() {
  return <p>Items</p>;
}
