// Command validate says what Istio's own validation says of objects, without a cluster.
//
//	validate FILE...    files of YAML documents; kinds that are not Istio's are passed over
//
// It prints a line per object of Istio and ends with 0 when none has an error or a warning, with 1 when one has, and with 2
// when a file holds nothing that could be judged: a check of nothing is no check.
package main

import (
	"fmt"
	"os"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config/schema/collections"
)

func main() {
	code := 0
	for _, file := range os.Args[1:] {
		if found := judge(file); found > code {
			code = found
		}
	}
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "cannot validate nothing: name at least one file")
		code = 2
	}
	os.Exit(code)
}

func judge(file string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		fmt.Fprintf(os.Stderr, "cannot read %s: %v\n", file, err)
		return 2
	}
	objects, _, err := crd.ParseInputs(string(text))
	if err != nil {
		fmt.Printf("%s: cannot be parsed: %v\n", file, err)
		return 1
	}
	if len(objects) == 0 {
		fmt.Fprintf(os.Stderr, "cannot validate %s: it holds no object of Istio\n", file)
		return 2
	}
	code := 0
	for _, object := range objects {
		name := fmt.Sprintf("%s %s/%s", object.GroupVersionKind.Kind, object.Namespace, object.Name)
		schema, known := collections.Pilot.FindByGroupVersionKind(object.GroupVersionKind)
		if !known {
			fmt.Printf("%s: unknown kind\n", name)
			code = 1
			continue
		}
		warning, err := schema.ValidateConfig(object)
		if warning != nil || err != nil {
			fmt.Printf("%s: error: %v, warning: %v\n", name, err, warning)
			code = 1
			continue
		}
		fmt.Printf("%s: valid\n", name)
	}
	return code
}
