using SshLog.Core.Rules;
using SshLog.Plugins;

namespace SshLog.BuiltIn.Actions;

/// <summary>Writes events to a file: a line each, as sshlog's text, as JSON or in the Elastic Common Schema.</summary>
internal sealed class EventLogFileAction : IAction, IPreview
{
    private readonly RotatingFile _file;
    private readonly string _format;

    private EventLogFileAction(ActionContext context)
    {
        var parameters = context.Parameters;
        _format = parameters.Flag("output_json") ? "json" : parameters.Text("format");
        _file = new RotatingFile(
            parameters.Text("log_file_path"),
            parameters.Integer("max_size_mb") << 20,
            (int)parameters.Integer("number_of_log_files"));
    }

    public static IActionFactory Factory { get; } = new ActionFactory(
        CommonParameters.With("eventlogfile_action", "Writes events to a file, a line each.",
            CommonParameters.Required("log_file_path", "The file; created with mode 0600."),
            CommonParameters.Flag("output_json", false, "true for JSON, as format = json."),
            new ParameterDescription("format", ValueShape.OneOf("text", "json", "ecs"), new SettingValue.Text("text"),
                Summary: "text as sshlog's, json, or ecs (Elastic Common Schema)."),
            CommonParameters.Number("max_size_mb", 20, 1, 1_000_000, "The file is renamed when it reaches this size, in MiB."),
            CommonParameters.Number("number_of_log_files", 2, 1, 1000, "So many files are kept.")),
        context => new EventLogFileAction(context));

    public Task<ActionOutcome> ExecuteAsync(PluginEvent happened, CancellationToken cancellation)
    {
        _file.Write(Preview(happened) + "\n");
        return Task.FromResult(ActionOutcome.Done);
    }

    public string Preview(PluginEvent happened) => _format switch
    {
        "json" => happened.Fields.GetRawText(),
        "ecs" => ElasticForm.Write(happened),
        _ => happened.Line,
    };

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }
}
