namespace SshLog.Kernel.Tests.Probe;

/// <summary>One after the other: each attaches a probe to the whole machine.</summary>
[CollectionDefinition("probe", DisableParallelization = true)]
public sealed class ProbeCollection;
