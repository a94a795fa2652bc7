const tides = await (await fetch('assets/tides.json')).json();
const table = document.querySelector('#tides');
for (const { at, metres } of tides) {
  const row = table.insertRow();
  row.insertCell().textContent = at;
  row.insertCell().textContent = `${metres.toFixed(1)} m`;
}
