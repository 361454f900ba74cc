package docs

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// nowhere is an address at which nobody listens: port 9 is that of the discard
// service, which no system starts any more.
const nowhere = "http://127.0.0.1:9"

// Exit codes of the AWS CLI, from its topic "return-codes".
const (
	awsUnreachable = 255 // it was valid and could not be sent
)

// aws checks commands with the AWS CLI, version 2, which checks services,
// operations, parameters and their values before it sends anything.
type aws struct {
	// root is the checkout, in which parameters name files.
	root   string
	once   sync.Once
	binary string
}

func (a *aws) validate(ctx context.Context, c command) (string, error) {
	a.once.Do(func() { a.binary = findAWS(ctx) })
	if a.binary == "" {
		return "", skipped("no AWS CLI of version 2 on PATH")
	}
	text, err := output(ctx, a.root, []string{
		"AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none", "AWS_DEFAULT_REGION=eu-west-1", "AWS_MAX_ATTEMPTS=1",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_PAGER=",
	}, a.binary, append(c.args[1:len(c.args):len(c.args)], "--endpoint-url", nowhere)...)
	code, failed := asExit(err)
	switch {
	case err == nil, failed && code == awsUnreachable && strings.Contains(text, "Could not connect"):
		return "", nil
	case !failed:
		return "", err
	case c.mention && (strings.Contains(text, "are required") || strings.Contains(text, "must be specified")):
		return "", nil
	default:
		return complaint(text), nil
	}
}

// findAWS returns the first AWS CLI of version 2 on PATH. Version 1, which
// others may have put before it, has other flags.
func findAWS(ctx context.Context) string {
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		candidate := filepath.Join(folder, "aws")
		if info, err := os.Stat(candidate); err != nil || info.IsDir() {
			continue
		}
		if text, err := output(ctx, os.TempDir(), nil, candidate, "--version"); err == nil && strings.HasPrefix(text, "aws-cli/2.") {
			return candidate
		}
	}
	return ""
}

// longest is how much of a complaint is shown: the CLI lists all its services.
const longest = 300

// complaint is what the CLI says after its usage; a guess at what was meant
// says most and comes last.
func complaint(text string) string {
	for _, begins := range []string{"Invalid choice: '", "aws: error:"} {
		if at := strings.LastIndex(text, begins); at >= 0 {
			text = text[at:]
			break
		}
	}
	message := strings.Join(strings.Fields(text), " ")
	return message[:min(len(message), longest)]
}
