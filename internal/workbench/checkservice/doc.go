// Package checkservice asks a running inference server whether it keeps what the
// platform relies on: probes, predictions, metrics, the log, and the end of a pod.
// The server may be written in any language.
//
//	report, err := checkservice.Run(ctx, checkservice.Options{URL: "http://127.0.0.1:8080", Request: []byte(`{"text": "good"}`)})
//	if err != nil {
//		return err // nothing could be asked
//	}
//	report.Write(os.Stdout)
package checkservice
