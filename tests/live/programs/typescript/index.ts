import * as pulumi from "@pulumi/pulumi";
import * as domicile from "./sdk";

const config = new pulumi.Config();

const web = new domicile.Pool("web", {
    service: "web",
    datacenter: config.require("datacenter"),
    backends: config.requireNumber("backends"),
    subjects: ["FR"],
    dataClasses: ["communications"],
    activities: ["process"],
    capacity: "400 requests/s",
    workspace: config.require("workspace"),
    adapter: "local",
});

export const datacenter = web.datacenter;
export const addresses = web.addresses;
