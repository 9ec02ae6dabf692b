// Reads calendars with ical.js, Thunderbird's parser: a line of JSON in (a calendar), a line of JSON out.
const ICAL = require("ical.js");

const NAMES = ["uid", "summary", "description", "location", "dtstart", "status"];

function read(text) {
    const root = new ICAL.Component(ICAL.parse(text));
    return root.getAllSubcomponents("vevent").map(event => Object.fromEntries(NAMES.map(name => {
        const value = event.getFirstPropertyValue(name);
        return [name, value === null ? null : String(value)];
    })));
}

require("readline").createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", line => {
    let answer;
    try {
        answer = { events: read(JSON.parse(line)) };
    } catch (error) {
        answer = { complaint: String(error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
});
