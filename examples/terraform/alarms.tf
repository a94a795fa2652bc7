# Who looks after it. Name topics in alarm_actions, or nobody is told.

variable "alarm_actions" {
  description = "ARNs of those that are told of alarms, such as SNS topics"
  type        = list(string)
  default     = []
}

locals {
  functions = {
    gate = module.gate.name, apply = module.apply.name, worker = module.worker.name, scan = module.scan.name, engine = module.engine.name
  }
  queues = merge(
    { for name, queue in module.operations : lower(name) => queue.name },
    { scan = module.scan.continuation.name, engine = module.engine.continuation.name },
  )
  last_resort = { FunctionName = module.last_resort.name }
  watched = {
    LastResortUsed    = ["AWS/Lambda", "Invocations", "Sum", 0, local.last_resort, "A function failed for good and the last resort answered in its place"]
    LastResortFailed  = ["AWS/Lambda", "Errors", "Sum", 0, local.last_resort, "The last resort failed and is tried again"]
    LastResortStalled = ["AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", 1800, { QueueName = module.last_resort_queue.name }, "Nothing takes messages out of the queue of the last resort"]
    Unanswered        = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 0, { QueueName = module.dead_letters.name }, "A delivery could not be answered and must be answered by hand"]
    DeadLettersAge    = ["AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", 345600, { QueueName = module.dead_letters.name }, "An unanswered delivery has lain there for four days"]
  }
}

resource "aws_cloudwatch_metric_alarm" "watched" {
  for_each            = local.watched
  alarm_name          = "${var.name}-${each.key}Alarm"
  alarm_description   = each.value[5]
  namespace           = each.value[0]
  metric_name         = each.value[1]
  statistic           = each.value[2]
  threshold           = each.value[3]
  dimensions          = each.value[4]
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "functions" {
  for_each = {
    DestinationFailed = ["DestinationDeliveryFailures", "Lambda could not hand a failed delivery to the last resort"]
    EventsDropped     = ["AsyncEventsDropped", "Lambda gave an event up and the last resort answers it"]
  }
  alarm_name          = "${var.name}-${each.key}Alarm"
  alarm_description   = each.value[1]
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  metric_query {
    id          = "all"
    expression  = join(" + ", [for name in keys(local.functions) : "FILL(${name}, 0)"])
    return_data = true
  }
  dynamic "metric_query" {
    for_each = local.functions
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/Lambda"
        metric_name = each.value[0]
        dimensions  = { FunctionName = metric_query.value }
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "deliveries_wait" {
  alarm_name          = "${var.name}-DeliveriesWaitAlarm"
  alarm_description   = "A delivery has waited in a queue for an hour"
  evaluation_periods  = 1
  threshold           = 3600
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  metric_query {
    id          = "all"
    expression  = "MAX([${join(", ", [for name in keys(local.queues) : "FILL(${name}, 0)"])}])"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = local.queues
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/SQS"
        metric_name = "ApproximateAgeOfOldestMessage"
        dimensions  = { QueueName = metric_query.value }
        period      = 300
        stat        = "Maximum"
      }
    }
  }
}
