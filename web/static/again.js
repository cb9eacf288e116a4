// The answer to a sent form stands in the history as the page that it is an answer of: coming back shows that page anew instead of a browser's error,
// because nothing with people in it is kept by the browser.
history.replaceState(history.state, "", location.href);
