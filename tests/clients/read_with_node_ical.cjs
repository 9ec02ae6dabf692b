// Reads calendars with node-ical, as many web calendars and dashboards do: a line of JSON in (a calendar, or the address of
// one, which node-ical fetches itself), a line of JSON out.
const ical = require("node-ical");

// A day stands at midnight of the zone that the program runs in.
function start(event) {
    const two = number => String(number).padStart(2, "0");
    const day = event.start;
    return event.datetype === "date" ? `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}` : day.toISOString();
}

function text(value) {
    return value === undefined ? null : typeof value === "object" ? value.val : value;
}

async function read(asked) {
    const found = await (/^https?:/.test(asked) ? ical.async.fromURL(asked) : ical.async.parseICS(asked));
    return Object.values(found).filter(one => one.type === "VEVENT").map(event => ({
        uid: text(event.uid), summary: text(event.summary), description: text(event.description), location: text(event.location),
        dtstart: start(event), status: text(event.status) }));
}

require("readline").createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", async line => {
    let answer;
    try {
        answer = { events: await read(JSON.parse(line)) };
    } catch (error) {
        answer = { complaint: String(error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
});
