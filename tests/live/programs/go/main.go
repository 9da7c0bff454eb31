package main

import (
	"example.com/pulumi-domicile-pools/sdk/go/domicile-pools"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		capacity, workspace, adapter := "400 requests/s", settings.Require("workspace"), "local"
		web, err := domicilepools.NewPool(ctx, "web", &domicilepools.PoolArgs{
			Service:     "web",
			Datacenter:  settings.Require("datacenter"),
			Backends:    settings.RequireInt("backends"),
			Subjects:    []string{"FR"},
			DataClasses: []string{"communications"},
			Activities:  []string{"process"},
			Capacity:    &capacity,
			Workspace:   &workspace,
			Adapter:     &adapter,
		})
		if err != nil {
			return err
		}
		ctx.Export("datacenter", web.Datacenter)
		ctx.Export("addresses", web.Addresses)
		return nil
	})
}
