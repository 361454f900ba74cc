package fluentbit

// tracesName is the parser and the emitter of joined stack traces.
const tracesName = "traces"

// startState is where Fluent Bit begins.
const startState = "start_state"

// traceTimeout is how long the next line of a trace may take, in milliseconds: a
// program writes them at once, and the filter's own default is as long.
const traceTimeout = 2000

// joinTraces makes one record of the lines of a stack trace. It comes first: what
// it has joined comes in again under its tag, and passes all filters but this one.
func joinTraces() filter {
	return multilineFilter{
		Name: multilinePlugin, Match: containerTag + ".*", KeyContent: TextKey, Parser: tracesName,
		EmitterName: tracesName, EmitterStorageType: filesystem, EmitterMemBufLimit: "32M",
	}
}

// traceParser knows the traces of Python, Java and Go. Fluent Bit has parsers of
// its own for them, and that for Python ends at the marks below the code that
// Python writes since 3.11.
func traceParser() multilineParser {
	parser := multilineParser{Name: tracesName, Type: "regex", FlushMilliseconds: traceTimeout}
	add := func(state, regex, next string) {
		parser.Rules = append(parser.Rules, multilineRule{State: state, Regex: "/" + regex + "/", Next: next})
	}
	const (
		python      = `^Traceback \(most recent call last\):`
		pythonCause = `^(During handling of the above exception|The above exception was the direct cause)`
		javaError   = `^(Exception in thread "|([A-Za-z_$][A-Za-z0-9_$]*\.)+[A-Za-z0-9_$]*(Exception|Error)(:|$))`
	)
	// Rules of the start come first.
	add(startState, python, "python")
	add(startState, javaError, "java")
	add(startState, `^(panic|fatal error): `, "go")

	add("python", `^[ \t]`, "python")
	add("python", `^[A-Za-z_][A-Za-z0-9_.]*(:|$)`, "python_error")
	// Messages may have more lines, and errors may have causes.
	add("python_error", `^[ \t]|^$`, "python_error")
	add("python_error", pythonCause, "python_error")
	add("python_error", python, "python")

	add("java", `^[ \t]+(at |\.\.\. [0-9]+ |Suppressed: )|^Caused by: `, "java")

	add("go", `^$|^[ \t]|^goroutine [0-9]+ |^\[signal |^created by |^[^ ]+\(.*\)$`, "go")
	return parser
}
