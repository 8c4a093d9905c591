using SshLog.Persistence.Tests.PowerCut;

// The test project is also the program that PowerCutTests starts and stops.
return args is [CutWriter.Argument, var directory, var mode] ? await CutWriter.RunAsync(directory, waitForDisk: mode == CutWriter.Full) : 64;
