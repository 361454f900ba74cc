// Command probe is what the suite runs in a pod: it tries what a pod may do and what
// it may not, and says what came of it.
//
//	probe post URL BODY           the status and the answer
//	probe dial NAME=HOST:PORT...  which connections come about
//	probe stores TENANT           what the credentials of this pod open, and of TENANT's data
//	probe inside                  what the kubelet and the kernel hold the process to
//	probe eat                     memory, until the kernel ends it
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	if !run() {
		fmt.Fprintln(os.Stderr, "post URL BODY, dial NAME=HOST:PORT..., stores TENANT, inside, or eat")
		os.Exit(2)
	}
}

// run says whether it knows what it is asked for.
func run() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	verb, args := "", []string{}
	if len(os.Args) > 1 {
		verb, args = os.Args[1], os.Args[2:]
	}
	switch {
	case verb == "post" && len(args) == 2:
		post(args[0], args[1])
	case verb == "dial" && len(args) > 0:
		dialAll(args)
	case verb == "stores" && len(args) == 1:
		objects(ctx, args[0])
		databases(ctx, "tenant_"+strings.ReplaceAll(args[0], "-", "_"))
	case verb == "inside":
		inside()
	case verb == "eat":
		eat()
	default:
		return false
	}
	return true
}

// eat takes memory and uses it, four megabytes at a time.
func eat() {
	var eaten [][]byte
	for {
		piece := make([]byte, 4<<20)
		for i := 0; i < len(piece); i += 4096 {
			piece[i] = 1
		}
		eaten = append(eaten, piece)
		fmt.Println(len(eaten)*4, "MiB")
	}
}
